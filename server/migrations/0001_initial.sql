-- What everything else stands on: tenants, accounts, their credentials and sessions, the vault's keys, the audit log.
--
-- One text for SQLite and PostgreSQL: TEXT, BIGINT and BLOB only (on PostgreSQL `blob` is a domain over bytea). Ids are
-- UUIDv7 text, times are microseconds since the epoch. What belongs to a tenant carries `tenant_id` and points at its
-- parent with it, so the schema itself refuses a row of one tenant under another.

-- `version` grows with each save of what its administrators set, so that the second of two who save at once is told. `logo`
-- is the name of its file; without an `accent` its pages wear Portvakt's own.
-- `slug` is its short name, in ASCII, for addresses and commands; `language` what it is written to in. Nobody signs in to it
-- while `suspended_at` is set, for `suspended_for`. Its contract comes to its end at `ends_at`; at `ended_at` its keys
-- were deleted, and all else that it had but its audit log.
CREATE TABLE tenant (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    accent TEXT,
    logo TEXT,
    security_contact TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 0,
    suspended_at BIGINT,
    suspended_for TEXT,
    ends_at BIGINT,
    ended_at BIGINT,
    created_at BIGINT NOT NULL
);
-- The installation has one operator, however many try to make it at the same time.
CREATE UNIQUE INDEX tenant_one_operator ON tenant (kind) WHERE kind = 'operator';

-- The image itself, drawn anew from what was uploaded. Apart from its tenant, whose row is read for every page.
CREATE TABLE tenant_logo (
    tenant_id TEXT NOT NULL PRIMARY KEY REFERENCES tenant (id),
    hash TEXT NOT NULL,
    png BLOB NOT NULL
);

-- The domains of an organisation's addresses, in ASCII. Each is one organisation's: it decides how many wrong tries an
-- address in it has before anybody knows whether there is an account.
CREATE TABLE mail_domain (
    domain TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id)
);
CREATE INDEX mail_domain_owner ON mail_domain (tenant_id);

-- `identifier` is the NFKC-casefolded address, unique in the installation; `email` is the address as it was typed.
-- `credential_version` grows with each change of a credential, so that a sign-in that began before one cannot finish;
-- `profile_version` with each change of name, language or time zone, so that a stale save overwrites nothing.
-- `notification_email` is confirmed: every notice goes there as well. `locked_until` is when the strangers' lane of this name
-- opens again, for those to see who look after the account; the lanes themselves tell nobody whose they are.
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    identifier TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    credential_version BIGINT NOT NULL,
    profile_version BIGINT NOT NULL DEFAULT 0,
    notification_email TEXT,
    last_sign_in_at BIGINT,
    last_sign_in_device TEXT,
    locked_until BIGINT NOT NULL DEFAULT 0,
    -- Since when a second factor is asked for at each sign-in, and since when it has to be a passkey.
    second_factor_asked_at BIGINT,
    passkey_asked_at BIGINT,
    created_at BIGINT NOT NULL,
    UNIQUE (tenant_id, id)
);
CREATE INDEX account_locked ON account (tenant_id, locked_until) WHERE locked_until > 0;

-- What somebody is in an organisation. Below `created_at` stands what its list of people is sorted and paged by, so that
-- a page is read from an index in order, whichever engine: the role's rank, a binary key of the name, and when somebody
-- signed in last (0 for never, and for a guest, whose sign-ins are their home's to know).
CREATE TABLE membership (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    account_id TEXT NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    suspended_at BIGINT,
    created_at BIGINT NOT NULL,
    role_rank BIGINT NOT NULL,
    name_key BLOB NOT NULL,
    signed_in_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id)
);
-- Where somebody belongs, for them to choose from.
CREATE INDEX membership_account ON membership (account_id);
CREATE INDEX membership_name ON membership (tenant_id, name_key, account_id);
CREATE INDEX membership_role ON membership (tenant_id, role_rank, name_key, account_id);
CREATE INDEX membership_sign_in ON membership (tenant_id, signed_in_at, account_id);
CREATE INDEX membership_suspended ON membership (tenant_id, account_id) WHERE suspended_at IS NOT NULL;

-- The words of somebody's name and address, case folded, by whose beginnings they are searched. Bytes, because collations
-- differ between engines. They go with the membership.
CREATE TABLE member_term (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    term BLOB NOT NULL,
    PRIMARY KEY (tenant_id, account_id, term),
    FOREIGN KEY (tenant_id, account_id) REFERENCES membership (tenant_id, account_id) ON DELETE CASCADE
);
CREATE INDEX member_term_search ON member_term (tenant_id, term, account_id);

-- Who took the list of people out, for the bound of an hour.
CREATE TABLE user_export (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES membership (tenant_id, account_id) ON DELETE CASCADE
);
CREATE INDEX user_export_recent ON user_export (tenant_id, account_id, at);

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
-- somebody at the command line has opened what tries had closed. `imported` is 1 for another program's hash, which takes
-- longer to verify than ours, until its owner signs in and it is made again: while there is one, every refusal takes longer.
-- `accepted` is what its text was found to meet when it was chosen or typed last, as JSON. `is_nobodys` is 1 where somebody has
-- stopped a change of the address: nobody knows it, and nothing signs in until another one is chosen.
CREATE TABLE password (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    set_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    unlocks BIGINT NOT NULL,
    imported BIGINT NOT NULL,
    accepted TEXT NOT NULL,
    is_nobodys BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
CREATE INDEX password_imported ON password (imported) WHERE imported = 1;

-- Hashes of passwords that somebody had before, sealed so that none can take the place of the one of now, where an organisation does not want them again.
CREATE TABLE earlier_password (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    replaced_at BIGINT NOT NULL,
    sealed BLOB NOT NULL,
    imported BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, replaced_at),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);

-- Somebody's code app: its secret, sealed. `step` is the last time step of which a code was taken: none is taken twice, nor
-- one of an earlier step.
CREATE TABLE code_app (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    step BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);

-- A code app that somebody is setting up: its secret, sealed, until a code of it was shown or its time is over. `begun_by` is
-- the session or the sign-in that waits to which alone it is shown: two of one account may be of two people.
CREATE TABLE code_app_enrolment (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    begun_by TEXT NOT NULL,
    sealed BLOB NOT NULL,
    ends_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id, begun_by),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
CREATE INDEX code_app_enrolment_end ON code_app_enrolment (ends_at);

-- Somebody's passkeys. `sealed` is the credential as JSON: its public key, its counter, whether it is and may be copied. It is
-- found by the SHA-256 of its id, which is the same for no two. `counter` is the one in it, so that of two uses of one
-- signature the second finds another.
CREATE TABLE passkey (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    credential_hash BLOB NOT NULL UNIQUE,
    sealed BLOB NOT NULL,
    counter BIGINT NOT NULL,
    is_synced BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (tenant_id, account_id, id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);

-- Challenges that a passkey has answered, as SHA-256, until their time is over: none is answered twice.
CREATE TABLE answered_challenge (
    challenge_hash BLOB NOT NULL PRIMARY KEY,
    ends_at BIGINT NOT NULL
);
CREATE INDEX answered_challenge_end ON answered_challenge (ends_at);

-- Codes that let somebody in once who has lost their code app. 120 bits of chance each, of which only the SHA-256 is kept.
CREATE TABLE recovery_code (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (tenant_id, account_id, code_hash),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);

-- Wrong codes of an account's code app, in a row, and when the last ones were tried (times, the oldest first, apart by
-- spaces). It is the account's, so neither a new sign-in nor a restart begins anew. A right code takes the row away.
CREATE TABLE code_try (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    failures BIGINT NOT NULL,
    recent TEXT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);

-- Somebody who has shown their password, at the credentials' version, and not yet done what else is asked of them: it is no
-- session, so it opens nothing. Of the token only the SHA-256. `stage` is what they are asked for now; `falls_short` is 1 if
-- the password that they typed does not meet the rules of today. `tries` counts the wrong codes of this one sign-in.
CREATE TABLE pending_sign_in (
    token_hash BLOB NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    credential_version BIGINT NOT NULL,
    known_device BIGINT NOT NULL,
    stage TEXT NOT NULL,
    falls_short BIGINT NOT NULL,
    factor TEXT,
    tries BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
CREATE INDEX pending_sign_in_account ON pending_sign_in (tenant_id, account_id, ends_at);
CREATE INDEX pending_sign_in_end ON pending_sign_in (ends_at);

-- Accounts that are to be erased at `due_at`, unless somebody stops it. `by_organisation` is 1 where the person did not ask
-- themselves.
CREATE TABLE erasure (
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    by_organisation BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
CREATE INDEX erasure_due ON erasure (due_at);

-- Of the token only the SHA-256. `tenant_id` is the account's home, `current_tenant_id` where the person works now.
-- `idle_secs` and `ends_at` are from the policy of the moment when it began. `proven_at` is when the person proved last that it
-- is them: at the sign-in, or once more since.
CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    current_tenant_id TEXT NOT NULL,
    token_hash BLOB NOT NULL UNIQUE,
    auth_time BIGINT NOT NULL,
    proven_at BIGINT NOT NULL,
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
INSERT INTO platform_policy (id, rules, version) VALUES (1, '{"password":{"min_length_alone":15,"min_length_with_second":8,"min_digits":0,"min_specials":0,"min_upper":0,"min_lower":0,"history":0,"max_age_days":null,"passwordless":true},"second_factor":{"demand":"optional","grace_days":30,"passkey_grace_days":30},"lockout":{"threshold":10,"duration_secs":900},"session":{"idle_secs":3600,"absolute_secs":86400},"links":{"invitation_secs":604800,"reset_secs":1800}}', 1);

-- Every version of the rules that an organisation has set, as JSON, with why; the newest holds. Whoever reads version 3 and
-- saves makes version 4, once.
CREATE TABLE tenant_policy (
    tenant_id TEXT NOT NULL REFERENCES tenant (id),
    version BIGINT NOT NULL,
    rules TEXT NOT NULL,
    reason TEXT NOT NULL,
    changed_by TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, version)
);

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
-- `email` is the address that it was mailed to, where using it proves that address: until then it is nobody's.
CREATE TABLE link (
    token_hash BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    tenant_id TEXT,
    account_id TEXT,
    email TEXT,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
-- The newest link takes the place of an older one, also of one that is made at the same moment.
CREATE UNIQUE INDEX link_one_each ON link (kind, tenant_id, account_id);
CREATE UNIQUE INDEX link_one_setup ON link (kind) WHERE tenant_id IS NULL;

-- What stops a change of an account's address, also after it was made: mailed to the address of before. It is no `link`,
-- because neither a newer one nor a new password takes it away: whoever has stolen an account would ask for either. For as
-- long as it works nobody else gets that address. Of the token only the SHA-256.
CREATE TABLE address_stop (
    token_hash BLOB NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    identifier TEXT NOT NULL,
    email TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id)
);
CREATE INDEX address_stop_account ON address_stop (tenant_id, account_id);
CREATE INDEX address_stop_identifier ON address_stop (identifier);
CREATE INDEX address_stop_end ON address_stop (ends_at);

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
-- Who reads the log looks for somebody or for some kind of event, the newest first. What a search asks of an event beside is
-- in the index as well, so that only those that are found are read (and SQLite would else prefer the primary key to the index
-- of actions, and walk through every event to find a rare one). An event nobody did, or that was done to nobody, takes no
-- room in the index of its actor or target.
CREATE INDEX audit_event_actor ON audit_event (tenant_id, actor_id, seq, at, action) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_event_target ON audit_event (tenant_id, target_id, seq, at, action) WHERE target_id IS NOT NULL;
CREATE INDEX audit_event_action ON audit_event (tenant_id, action, seq, at);

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

-- A list of people that somebody has read in and not sent yet, or not to its end: sealed, for an hour. `outcomes` has a letter
-- for each line that was tried, so that nobody is mailed twice by one list, whoever presses again and whatever was cut off.
CREATE TABLE invitation_list (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    outcomes TEXT NOT NULL,
    ends_at BIGINT NOT NULL,
    UNIQUE (tenant_id, account_id),
    FOREIGN KEY (tenant_id, account_id) REFERENCES membership (tenant_id, account_id) ON DELETE CASCADE
);
CREATE INDEX invitation_list_end ON invitation_list (ends_at);
