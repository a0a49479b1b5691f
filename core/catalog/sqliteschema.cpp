#include "catalog/migrations_p.h"

#include <array>

namespace ir::catalog {

namespace {

// What the tables are for is said here; PostgreSQL has the same ones.
//
// image      what was read, under its identity (SOP Instance UID + digest of the bytes), whatever its paths
// file       where it was seen, as it was then (size, mtime)
// prediction the latest of each model on each image
// step       one action of a reader, which undo takes back at once
// label_event the log of what was decided, in append-only order; label_state is what it amounts to now
// step_state what undo and redo find: steps that stand (0) and steps taken back that may be redone (1)
constexpr std::array version1{
    R"(CREATE TABLE model (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL DEFAULT '',
        classes TEXT NOT NULL DEFAULT '[]'))",
    R"(CREATE TABLE image (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        sop_instance_uid TEXT NOT NULL,
        digest TEXT NOT NULL,
        modality TEXT NOT NULL,
        body_part_examined TEXT NOT NULL,
        study_date TEXT NOT NULL,
        facts TEXT NOT NULL,
        latest_prediction_id INTEGER,
        UNIQUE (digest, sop_instance_uid)))",
    R"(CREATE TABLE file (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        status INTEGER NOT NULL,
        reason TEXT NOT NULL DEFAULT '',
        image_id INTEGER REFERENCES image (id)))",
    "CREATE INDEX file_image ON file (image_id)",
    R"(CREATE TABLE prediction (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        image_id INTEGER NOT NULL REFERENCES image (id),
        model_id INTEGER NOT NULL REFERENCES model (id),
        class_name TEXT NOT NULL,
        class_index INTEGER NOT NULL,
        confidence REAL NOT NULL,
        margin REAL NOT NULL,
        outlier_score REAL NOT NULL,
        needs_review INTEGER NOT NULL,
        probabilities TEXT NOT NULL,
        UNIQUE (image_id, model_id)))",
    "CREATE TABLE reader (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    R"(CREATE TABLE step (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        time_ms INTEGER NOT NULL,
        reader_id INTEGER NOT NULL REFERENCES reader (id),
        kind TEXT NOT NULL CHECK (kind IN ('label', 'accept', 'undo', 'redo')),
        label TEXT NOT NULL,
        target_id INTEGER REFERENCES step (id)))",
    R"(CREATE TABLE label_event (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        step_id INTEGER NOT NULL REFERENCES step (id),
        image_id INTEGER NOT NULL REFERENCES image (id),
        round INTEGER NOT NULL DEFAULT 0,
        label TEXT NOT NULL,
        previous_label TEXT NOT NULL,
        predicted_class TEXT NOT NULL,
        model_id INTEGER REFERENCES model (id)))",
    "CREATE INDEX label_event_image ON label_event (image_id)",
    "CREATE INDEX label_event_step ON label_event (step_id)",
    R"(CREATE TABLE label_state (
        image_id INTEGER PRIMARY KEY REFERENCES image (id),
        label TEXT NOT NULL,
        event_id INTEGER NOT NULL REFERENCES label_event (id)))",
    R"(CREATE TRIGGER label_event_sets_state AFTER INSERT ON label_event WHEN NEW.round = 0 BEGIN
        INSERT INTO label_state (image_id, label, event_id) VALUES (NEW.image_id, NEW.label, NEW.id)
        ON CONFLICT (image_id) DO UPDATE SET label = excluded.label, event_id = excluded.event_id;
    END)",
    R"(CREATE TRIGGER label_event_no_update BEFORE UPDATE ON label_event BEGIN
        SELECT RAISE(ABORT, 'label events are never changed'); END)",
    R"(CREATE TRIGGER label_event_no_delete BEFORE DELETE ON label_event BEGIN
        SELECT RAISE(ABORT, 'label events are never deleted'); END)",
    R"(CREATE TRIGGER step_no_update BEFORE UPDATE ON step BEGIN
        SELECT RAISE(ABORT, 'steps are never changed'); END)",
    R"(CREATE TRIGGER step_no_delete BEFORE DELETE ON step BEGIN
        SELECT RAISE(ABORT, 'steps are never deleted'); END)",
    R"(CREATE TABLE step_state (
        step_id INTEGER PRIMARY KEY REFERENCES step (id),
        reader_id INTEGER NOT NULL REFERENCES reader (id),
        undone INTEGER NOT NULL))",
    "CREATE INDEX step_state_reader ON step_state (reader_id, undone, step_id)",
};

// review_project an annotation project: its plan, which never changes
// review_event   what its readers did, in append-only order; what it amounts to is ReviewProject's to say
constexpr std::array version2{
    R"(CREATE TABLE review_project (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        created_ms INTEGER NOT NULL,
        plan TEXT NOT NULL))",
    R"(CREATE TABLE review_event (
        project_id INTEGER NOT NULL REFERENCES review_project (id),
        sequence INTEGER NOT NULL,
        time_ms INTEGER NOT NULL,
        reader TEXT NOT NULL,
        act TEXT NOT NULL,
        image_id INTEGER NOT NULL,
        round INTEGER NOT NULL,
        label TEXT NOT NULL,
        comment TEXT NOT NULL,
        seconds REAL NOT NULL,
        saw_model INTEGER NOT NULL,
        saw_labels INTEGER NOT NULL,
        PRIMARY KEY (project_id, sequence)) WITHOUT ROWID)",
    R"(CREATE TRIGGER review_project_no_update BEFORE UPDATE ON review_project BEGIN
        SELECT RAISE(ABORT, 'plans are never changed'); END)",
    R"(CREATE TRIGGER review_project_no_delete BEFORE DELETE ON review_project BEGIN
        SELECT RAISE(ABORT, 'projects are never deleted'); END)",
    R"(CREATE TRIGGER review_event_no_update BEFORE UPDATE ON review_event BEGIN
        SELECT RAISE(ABORT, 'review events are never changed'); END)",
    R"(CREATE TRIGGER review_event_no_delete BEFORE DELETE ON review_event BEGIN
        SELECT RAISE(ABORT, 'review events are never deleted'); END)",
};

// reader_pin the Argon2id hash of a reader's PIN; no row: none is set
constexpr std::array version3{
    R"(CREATE TABLE reader_pin (
        reader_id INTEGER PRIMARY KEY REFERENCES reader (id),
        hash TEXT NOT NULL))",
};

// lease which worker tags a file now, and until when nobody else does
constexpr std::array version4{
    R"(CREATE TABLE lease (
        file_id INTEGER PRIMARY KEY REFERENCES file (id) ON DELETE CASCADE,
        worker TEXT NOT NULL,
        until_ms INTEGER NOT NULL))",
    "CREATE INDEX lease_worker ON lease (worker)",
    "CREATE INDEX file_new ON file (path) WHERE status = 0",
};

constexpr std::array<Migration, 4> migrations{version1, version2, version3, version4};

} // namespace

std::span<const Migration> sqliteMigrations()
{
    return migrations;
}

} // namespace ir::catalog
