-- The note that an organisation's administrators keep on a person. Empty: there is none.
-- Works with programs from schema 1.
ALTER TABLE membership ADD COLUMN note TEXT NOT NULL DEFAULT '';
