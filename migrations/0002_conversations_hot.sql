-- Every message of a visitor counts to its conversation. An index that names `asked_seq`, if only in its condition, made each count
-- write anew into all six indexes of the table; of a column that says yes or no, only a change does.

alter table conversations
  -- Resolved although the visitor had written once more: these open the next conversation.
  add column overlooked boolean generated always as (asked_seq > resolved_seq) stored,
  -- Room on the page, as for visitors.
  set (fillfactor = 60);
drop index conversations_overlooked;
create index conversations_overlooked on conversations (site_id, visitor_id) where overlooked;
