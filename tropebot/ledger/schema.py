"""The ledger's tables, and the steps from each older form of them to the newest.

Must not be changed once released: a new form is a new step at the end of ``MIGRATIONS``. Times are ISO 8601
in UTC by the server's clock, so that they sort as text.
"""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE meta (
        name TEXT PRIMARY KEY,
        value TEXT NOT NULL
    ) WITHOUT ROWID;

    CREATE TABLE run (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        started_at TEXT NOT NULL,
        ended_at TEXT NOT NULL DEFAULT '',
        policy_rev INTEGER NOT NULL DEFAULT 0,
        status TEXT NOT NULL DEFAULT 'open',
        report TEXT NOT NULL DEFAULT '{}'
    );

    CREATE TABLE intent (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run,
        kind TEXT NOT NULL,
        page_id INTEGER NOT NULL,
        title TEXT NOT NULL,
        subject TEXT NOT NULL,
        episode INTEGER NOT NULL,
        base_rev_id INTEGER NOT NULL,
        reason TEXT NOT NULL,
        codes TEXT NOT NULL,
        policy_rev INTEGER NOT NULL,
        mark TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (
            state IN ('planned', 'sending', 'done', 'refused', 'superseded', 'unknown')
        ),
        tries INTEGER NOT NULL DEFAULT 0,
        planned_at TEXT NOT NULL,
        result_rev INTEGER NOT NULL DEFAULT 0,
        result_old_rev INTEGER NOT NULL DEFAULT 0,
        why TEXT NOT NULL DEFAULT '',
        details TEXT NOT NULL DEFAULT '{}'
    );
    -- At most one effect per key: only a superseded intent makes room for another.
    CREATE UNIQUE INDEX one_effect ON intent (kind, page_id, subject, episode)
        WHERE state <> 'superseded';
    CREATE INDEX intent_open ON intent (state) WHERE state IN ('planned', 'sending', 'unknown');
    CREATE INDEX intent_page ON intent (page_id);
    CREATE INDEX intent_run ON intent (run);

    CREATE TABLE event (
        id INTEGER PRIMARY KEY,
        intent INTEGER NOT NULL REFERENCES intent,
        at TEXT NOT NULL,
        old_state TEXT NOT NULL,
        new_state TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX event_intent ON event (intent);

    CREATE TABLE seen_rc (
        rcid INTEGER PRIMARY KEY,
        at TEXT NOT NULL
    );
    CREATE INDEX seen_rc_at ON seen_rc (at);

    CREATE TABLE work (
        page_id INTEGER PRIMARY KEY,
        due TEXT NOT NULL DEFAULT '',
        changed_at TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL
    );
    CREATE INDEX work_due ON work (due);

    CREATE TABLE episode (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL,
        code TEXT NOT NULL,
        first_rev INTEGER NOT NULL,
        opened_at TEXT NOT NULL,
        closed_at TEXT NOT NULL DEFAULT '',
        flag TEXT NOT NULL DEFAULT '' CHECK (flag IN ('', 'ours', 'theirs', 'removed'))
    );
    CREATE UNIQUE INDEX one_open_episode ON episode (page_id, code) WHERE closed_at = '';

    CREATE TABLE flag (
        page_id INTEGER NOT NULL,
        template TEXT NOT NULL,
        intent INTEGER NOT NULL REFERENCES intent,
        PRIMARY KEY (page_id, template)
    ) WITHOUT ROWID;

    CREATE TABLE promotion (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES run,
        page_id INTEGER NOT NULL,
        title TEXT NOT NULL,
        target TEXT NOT NULL,
        text_hash TEXT NOT NULL,
        original TEXT NOT NULL,
        stripped TEXT NOT NULL,
        works INTEGER NOT NULL,
        base_rev_id INTEGER NOT NULL,
        strip_rev INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL,
        open INTEGER NOT NULL DEFAULT 1,
        opened_at TEXT NOT NULL,
        why TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX one_open_promotion ON promotion (page_id) WHERE open = 1;
    CREATE INDEX promotion_page ON promotion (page_id);

    CREATE TABLE notice (
        id INTEGER PRIMARY KEY,
        page_id INTEGER NOT NULL,
        subject TEXT NOT NULL,
        episode INTEGER NOT NULL,
        title TEXT NOT NULL,
        target TEXT NOT NULL DEFAULT '',
        findings TEXT NOT NULL DEFAULT '[]',
        recipient TEXT NOT NULL DEFAULT '',
        recipient_id INTEGER NOT NULL DEFAULT 0,
        state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'told', 'skipped')),
        batch INTEGER NOT NULL DEFAULT 0,
        why TEXT NOT NULL DEFAULT '',
        UNIQUE (page_id, subject, episode)
    );
    CREATE INDEX notice_waiting ON notice (state) WHERE state = 'waiting';

    CREATE TABLE lasting_no (
        page_id INTEGER NOT NULL,
        code TEXT NOT NULL,
        why TEXT NOT NULL,
        at TEXT NOT NULL,
        cleared_at TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX lasting_no_page ON lasting_no (page_id);

    CREATE TABLE author (
        page_id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        user_id INTEGER NOT NULL,
        created TEXT NOT NULL
    );
    """,
    """
    -- What stops the bot, wholly or for one rule, until a person says “go on”.
    CREATE TABLE stop (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        subject TEXT NOT NULL,
        since TEXT NOT NULL,
        why TEXT NOT NULL,
        cleared_at TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX one_standing_stop ON stop (kind, subject) WHERE cleared_at = '';
    CREATE INDEX stop_subject ON stop (kind, subject);
    """,
    """
    -- Pages judged lately, with the rules that asked for a write: a breaker counts them.
    CREATE TABLE judged (
        page_id INTEGER PRIMARY KEY,
        scope TEXT NOT NULL,
        at TEXT NOT NULL,
        codes TEXT NOT NULL
    );
    CREATE INDEX judged_scope ON judged (scope, at);
    """,
    """
    ALTER TABLE promotion ADD COLUMN forgiven_at TEXT NOT NULL DEFAULT '';

    -- Revisions of ours that this ledger knows nothing of: it was lost, or an old copy was put back.
    CREATE TABLE stray (
        page_id INTEGER PRIMARY KEY,
        rev_id INTEGER NOT NULL,
        mark TEXT NOT NULL,
        at TEXT NOT NULL
    );
    """,
    """
    -- After what changes the page is judged: rules are asked for which these matter; empty: all.
    ALTER TABLE work ADD COLUMN hooks TEXT NOT NULL DEFAULT '';
    """,
    """
    -- Drafts of the Workshop as last read: who began them, and when something substantial was last done.
    CREATE TABLE draft (
        page_id INTEGER PRIMARY KEY,
        rev_id INTEGER NOT NULL,
        measure TEXT NOT NULL,
        creator TEXT NOT NULL,
        created TEXT NOT NULL,
        touched TEXT NOT NULL,
        imported INTEGER NOT NULL,
        returned INTEGER NOT NULL,
        seen_at TEXT NOT NULL
    );
    CREATE INDEX draft_creator ON draft (creator);
    """,
    """
    -- Pages that the policy relies on: as they were when last sound (empty: never), and when last seen.
    CREATE TABLE relied_on (
        title TEXT PRIMARY KEY,
        sound TEXT NOT NULL,
        seen TEXT NOT NULL
    ) WITHOUT ROWID;

    -- What is broken of them, from first seen to mended.
    CREATE TABLE breakage (
        id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        fault TEXT NOT NULL,
        params TEXT NOT NULL,
        codes TEXT NOT NULL,
        promotes INTEGER NOT NULL,
        spared INTEGER NOT NULL,
        rev_id INTEGER NOT NULL,
        user TEXT NOT NULL,
        sound_rev INTEGER NOT NULL,
        opened_at TEXT NOT NULL,
        closed_at TEXT NOT NULL DEFAULT ''
    );
    CREATE UNIQUE INDEX one_open_breakage ON breakage (title) WHERE closed_at = '';
    """,
    """
    -- Runs in which nothing happened; of these only the last is kept.
    ALTER TABLE run ADD COLUMN idle INTEGER NOT NULL DEFAULT 0;
    """,
    """
    -- Pages on which something was found, as they were called last, and who began them where that is known.
    CREATE TABLE page (
        page_id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        creator TEXT NOT NULL DEFAULT ''
    );
    INSERT INTO page (page_id, title) SELECT page_id, title FROM intent WHERE id IN (
        SELECT max(id) FROM intent WHERE kind IN ('flag', 'unflag', 'fix') GROUP BY page_id
    );
    -- What was found, as last seen: message, parameters and line of each finding.
    ALTER TABLE episode ADD COLUMN said TEXT NOT NULL DEFAULT '[]';

    -- Drafts as last judged: examples, and what holds them.
    CREATE TABLE draft_standing (
        page_id INTEGER PRIMARY KEY,
        title TEXT NOT NULL,
        works INTEGER NOT NULL,
        minimum INTEGER NOT NULL,
        ready INTEGER NOT NULL,
        holds TEXT NOT NULL,
        seen_at TEXT NOT NULL
    );
    """,
)
