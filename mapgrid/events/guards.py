"""Database triggers made from the workflow: no code path writes a step that it does not allow."""

from __future__ import annotations

import pgtrigger

from mapgrid.events.workflow import allowed_pairs


def _pairs_sql() -> str:
    return ", ".join(f"('{before}', '{after}')" for before, after in allowed_pairs())


def state_guard() -> pgtrigger.Trigger:
    """Refuse a native event's step that is not in the workflow, and a close without a reply.

    Imported and demonstration cases tell of a life that was lived elsewhere; they are not bound.
    """
    pairs = _pairs_sql()
    return pgtrigger.Trigger(
        name="event_state_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("state", "reply"),
        condition=pgtrigger.Condition(
            "NEW.origin = 'native' AND"
            " (OLD.state IS DISTINCT FROM NEW.state OR OLD.reply IS DISTINCT FROM NEW.reply)"
        ),
        func=f"""
            IF OLD.state IS DISTINCT FROM NEW.state
               AND (OLD.state, NEW.state) NOT IN ({pairs}) THEN
                RAISE EXCEPTION 'event % cannot go from % to %', OLD.number, OLD.state, NEW.state
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'event_state_guard';
            END IF;
            IF NEW.state = 'closed' AND btrim(NEW.reply) = '' AND NEW.outcome <> 'duplicate' THEN
                RAISE EXCEPTION 'event % has no reply to the reporter', OLD.number
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'event_reply_guard';
            END IF;
            RETURN NEW;
        """,
    )


def birth_guard() -> pgtrigger.Trigger:
    """A native event is born as reported: no shortcut past the steps."""
    return pgtrigger.Trigger(
        name="event_birth_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition("NEW.origin = 'native' AND NEW.state <> 'reported'"),
        func="""
            RAISE EXCEPTION 'a native event starts as reported, not %', NEW.state
                USING ERRCODE = 'check_violation', CONSTRAINT = 'event_birth_guard';
        """,
    )


def origin_guard() -> pgtrigger.Trigger:
    """The origin of a case is decided once."""
    return pgtrigger.Trigger(
        name="event_origin_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("origin"),
        condition=pgtrigger.Condition("OLD.origin IS DISTINCT FROM NEW.origin"),
        func="""
            RAISE EXCEPTION 'the origin of event % cannot change', OLD.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'event_origin_guard';
        """,
    )


def counted_guard() -> pgtrigger.Trigger:
    """What an ended case is counted by stays as it was: its grid and its edition."""
    return pgtrigger.Trigger(
        name="event_counted_guard",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("grid_id", "edition_id", "grid_path"),
        condition=pgtrigger.Condition(
            "OLD.state IN ('closed', 'rejected') AND NEW.state IN ('closed', 'rejected') AND"
            " (OLD.grid_id, OLD.edition_id, OLD.grid_path)"
            " IS DISTINCT FROM (NEW.grid_id, NEW.edition_id, NEW.grid_path)"
        ),
        func="""
            RAISE EXCEPTION 'event % is ended; its grid is part of the record', OLD.number
                USING ERRCODE = 'check_violation', CONSTRAINT = 'event_counted_guard';
        """,
    )
