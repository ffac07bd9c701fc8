"""Waking a lane as one call to the database, so that a statement that writes an outbox row can wake its lane too.

Each statement inside sees what is committed when it starts (the function is VOLATILE), so the look at the queue comes
after the lock is held: see `lapak.core.jobs.wake`.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION lapak_wake(task text, queue text, lane text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    key text := task || ':' || lane;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(key, 0));
    IF EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = key AND status = 'todo') THEN
        RETURN;
    END IF;
    BEGIN -- a block of its own: undoing it must not give back the lock
        PERFORM procrastinate_defer_jobs_v1(ARRAY[
            ROW(queue, task, 0, key, key, jsonb_build_object('lane', lane), NULL)::procrastinate_job_to_defer_v1
        ]);
    EXCEPTION WHEN unique_violation THEN
        NULL; -- another writer queued it between our look and our insert; before its job reads, it waits for us
    END;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [migrations.RunSQL(CREATE, reverse_sql="DROP FUNCTION lapak_wake(text, text, text)")]
