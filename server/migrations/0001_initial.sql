-- What everything else stands on: tenants, accounts, their credentials and sessions, the vault's keys, the audit log.
--
-- One text for SQLite and PostgreSQL: TEXT, BIGINT and BLOB only (on PostgreSQL `blob` is a domain over bytea). Ids are
-- UUIDv7 text, times are microseconds since the epoch. What belongs to a tenant carries `tenant_id` and points at its
-- parent with it, so the schema itself refuses a row of one tenant under another.

-- `slug` is its short name, in ASCII, for addresses and commands; `language` what it is written to in. Nobody signs in to it
-- while `suspended_at` is set, for `suspended_for`. Its contract comes to its end at `ends_at`; at `ended_at` its keys were
-- deleted, and with them what they sealed.
CREATE TABLE tenant (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    suspended_at BIGINT,
    suspended_for TEXT,
    ends_at BIGINT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL
);
-- The installation has one operator, however many try to make it at the same time.
CREATE UNIQUE INDEX tenant_one_operator ON tenant (kind) WHERE kind = 'operator';

-- `identifier` is the NFKC-casefolded address, unique in the installation; `email` is the address as it was typed.
-- `credential_version` grows with each change of a credential, so that a sign-in that began before one cannot finish.
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    identifier TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    credential_version BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    last_sign_in_device TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, id)
);

CREATE TABLE membership (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
);
-- Where somebody belongs, for them to choose from.
CREATE INDEX membership_account ON membership (account_id);

-- The vendor's applications.
CREATE TABLE product (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- What an organisation may use.
CREATE TABLE tenant_product (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    product_id TEXT NOT NULL REFERENCES product (id),
    PRIMARY KEY (tenant_id, product_id)
);

-- The Argon2id hash as a PHC string, sealed under the home tenant's key. `tries` counts the strangers' wrong ones in a
-- row, for as long as it takes: at the hard stop no stranger's password is right any more. `unlocks` counts how often
-- somebody at the command line has opened what tries had closed.
CREATE TABLE password (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    set_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    unlocks BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);

-- Of the token only the SHA-256. `tenant_id` is the account's home, `current_tenant_id` where the person works now.
-- `idle_secs` and `ends_at` are from the policy of the moment when it began.
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    current_tenant_id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    auth_time BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    idle_secs BIGINT NOT NULL,
    idle_ends_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    device TEXT NOT NULL,
    network TEXT NOT NULL,
    previous_sign_in_at BIGINT,
    previous_sign_in_device TEXT,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id),
    FOREIGN KEY (current_tenant_id, account_id) REFERENCES membership (tenant_id, account_id)
);
CREATE INDEX session_account ON session (tenant_id, account_id);
CREATE INDEX session_current ON session (current_tenant_id, account_id);
CREATE INDEX session_end ON session (ends_at);
CREATE INDEX session_idle_end ON session (idle_ends_at);

-- The rules below which no organisation's go, as JSON. The program holds a floor of its own that this row cannot go below.
CREATE TABLE platform_policy (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    rules TEXT NOT NULL,
    version BIGINT NOT NULL
);
INSERT INTO platform_policy (id, rules, version) VALUES (1, '{"password":{"min_length_alone":15,"min_length_with_second":8,"min_digits":0,"min_specials":0,"min_upper":0,"min_lower":0,"history":0,"max_age_days":null},"second_factor":{"demand":"optional","grace_days":30},"lockout":{"threshold":10,"duration_secs":900},"session":{"idle_secs":3600,"absolute_secs":86400}}', 1);

-- Wrong tries, counted in lanes: of a name, of a known device of somebody, of a network. The key is an HMAC, so the rows
-- tell nobody whose they are. `opens_at` is when the next try is taken; after `ends_at` the row counts for nothing.
CREATE TABLE lockout (
    lane BLOB NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    opens_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX lockout_end ON lockout (ends_at);

-- A link that lets its holder do one thing once. Of the token only the SHA-256. A set-up link belongs to nobody yet.
CREATE TABLE link (
    token_hash BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    tenant_id TEXT,
    account_id TEXT,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
-- The newest link takes the place of an older one, also of one that is made at the same moment.
CREATE UNIQUE INDEX link_one_each ON link (kind, tenant_id, account_id);
CREATE UNIQUE INDEX link_one_setup ON link (kind) WHERE tenant_id IS NULL;

-- Data keys, each wrapped by the master key. The newest of its owner seals; the others still open what they sealed.
CREATE TABLE platform_key (
    id TEXT NOT NULL PRIMARY KEY,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE tenant_key (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX tenant_key_owner ON tenant_key (tenant_id);
CREATE TABLE account_key (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
CREATE INDEX account_key_owner ON account_key (tenant_id, account_id);

-- The audit log: a hash chain for each tenant. The head is one row, whose lock orders the tenant's writers; head and
-- events carry a MAC under the platform key `mac_key`, so that a rewrite by SQL alone is noticed and its place known.
-- No foreign keys to accounts: the log outlives them.
CREATE TABLE audit_head (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenant (id),
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL,
    mac_key TEXT NOT NULL,
    mac BLOB NOT NULL
);

-- `changes` holds what is no personal data. The personal parts (of who acted, and of whom it was done to) are sealed
-- under the key of that account; the chain holds a salted commitment to each, so that it still verifies when the key is
-- gone and the person with it.
CREATE TABLE audit_event (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    seq BIGINT NOT NULL,
    id TEXT NOT NULL UNIQUE,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    actor_tenant_id TEXT,
    actor_id TEXT,
    action TEXT NOT NULL,
    target_id TEXT,
    changes BLOB NOT NULL,
    reference BIGINT,
    actor_commitment BLOB,
    actor_sealed BLOB,
    target_commitment BLOB,
    target_sealed BLOB,
    hash BLOB NOT NULL,
    mac_key TEXT NOT NULL,
    mac BLOB NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);

-- What somebody typed into a form without JavaScript that was refused and is too long for a cookie, sealed, for a minute.
CREATE TABLE flash (
    token_hash BLOB NOT NULL PRIMARY KEY,
    sealed BLOB NOT NULL,
    ends_at BIGINT NOT NULL
);

-- Mail that waits to be sent: to whom and what it says is sealed under the platform's key, and gone when it was sent. The
-- recipient is an HMAC, kept for a day to bound what one address gets. `due_at` is when it is tried next, also while
-- somebody has taken it; `tries` tells a later taker's word from an earlier one's. `ended_at` is when it was sent or, with
-- a `failure`, given up; a `failure` without it is why it was not taken the last time.
CREATE TABLE mail (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    kind TEXT NOT NULL,
    recipient BLOB NOT NULL,
    sealed BLOB,
    tries BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    ended_at BIGINT,
    failure TEXT
);
CREATE INDEX mail_due ON mail (due_at) WHERE ended_at IS NULL;
CREATE INDEX mail_recipient ON mail (recipient, kind, created_at);
CREATE INDEX mail_end ON mail (ended_at) WHERE ended_at IS NOT NULL;

-- Somebody who is asked to join. They get an account only when they come, so that nobody is given an address that is not
-- theirs. The inviter is remembered, because the invitation is void when they may not give that role any more; nobody's is
-- one from the command line. Of the link's token only the SHA-256.
CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    identifier TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL,
    inviter_id TEXT,
    token_hash BLOB NOT NULL UNIQUE,
    sent_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    UNIQUE (tenant_id, identifier)
);
CREATE INDEX invitation_end ON invitation (ends_at);
