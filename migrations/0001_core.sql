-- The core: who is there, what was said, who answers. Every site-owned table starts its key with site_id (design: shards by site).

create table sites (
  id text primary key check (id ~ '^[a-z0-9]{16,32}$'),
  key text not null unique check (key ~ '^[a-z0-9]{16,32}$'),
  name text not null,
  -- Origins that may embed the widget, e.g. https://shop.example; empty means none.
  origins text[] not null default '{}',
  -- Signs the identities its backend vouches for (HS256).
  identity_secret text not null,
  color text not null default '#5b3df5',
  position text not null default 'right' check (position in ('left', 'right')),
  texts jsonb not null default '{}',
  typing_preview boolean not null default true,
  created_at timestamptz not null default now()
);

create table agents (
  id text primary key check (id ~ '^[a-z0-9]{16,32}$'),
  email text not null unique check (email = lower(email)),
  name text not null,
  avatar_url text,
  password_hash text not null,
  role text not null default 'agent' check (role in ('owner', 'admin', 'agent', 'bot')),
  -- Conversations an agent may have open at once.
  capacity integer not null default 8 check (capacity >= 0),
  presence text not null default 'offline' check (presence in ('online', 'away', 'offline')),
  -- Last heartbeat; presence older than the configured silence counts as gone.
  last_seen_at timestamptz,
  last_assigned_at timestamptz,
  deactivated_at timestamptz,
  created_at timestamptz not null default now()
);

create table teams (
  site_id text not null references sites (id) on delete cascade,
  id text not null check (id ~ '^[a-z0-9]{16,32}$'),
  name text not null,
  created_at timestamptz not null default now(),
  primary key (site_id, id)
);

-- An agent serves the sites of the teams they are in.
create table team_members (
  site_id text not null,
  team_id text not null,
  agent_id text not null references agents (id) on delete cascade,
  primary key (site_id, team_id, agent_id),
  foreign key (site_id, team_id) references teams (site_id, id) on delete cascade
);
create index team_members_agent on team_members (agent_id, site_id);

create table visitors (
  site_id text not null references sites (id) on delete cascade,
  id text not null check (id ~ '^[a-z0-9]{16,32}$'),
  -- The id the site's backend gave (`sub` of the identity); set once identified.
  external_id text,
  name text,
  email text,
  locale text,
  page jsonb,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  -- Highest seq of the thread in `messages`.
  last_seq bigint not null default 0,
  -- {seq, at, role, text, note} of the newest message or note.
  last_message jsonb,
  -- Who had the last word: seq and time of the visitor's newest message, seq of the newest answer of an agent (notes are none).
  asked_seq bigint not null default 0,
  asked_at timestamptz,
  answered_seq bigint not null default 0,
  primary key (site_id, id)
)
-- Updated by every message: room on the page keeps an update from touching the indexes.
with (fillfactor = 60);
create unique index visitors_external on visitors (site_id, external_id) where external_id is not null;

create table conversations (
  site_id text not null references sites (id) on delete cascade,
  id text not null check (id ~ '^[a-z0-9]{16,32}$'),
  visitor_id text not null,
  status text not null check (status in ('queued', 'open', 'snoozed', 'resolved')),
  team_id text,
  assignee_id text references agents (id),
  opened_at timestamptz not null default now(),
  opened_seq bigint not null,
  -- First come, first served: the queue is ordered by this.
  queued_at timestamptz not null default now(),
  assigned_at timestamptz,
  resolved_at timestamptz,
  resolved_seq bigint,
  -- Since when the visitor waits for an answer; null when the last word is an agent's.
  waiting_since timestamptz,
  -- Seq of the visitor's newest message that the router has counted to this conversation.
  asked_seq bigint not null default 0,
  primary key (site_id, id),
  check ((status = 'resolved') = (resolved_seq is not null)),
  check (status <> 'open' or assignee_id is not null),
  check (status <> 'queued' or assignee_id is null)
);
create unique index conversations_unresolved on conversations (site_id, visitor_id) where status <> 'resolved';
create index conversations_of_visitor on conversations (site_id, visitor_id, opened_seq);
create index conversations_queue on conversations (site_id, queued_at) where status = 'queued';
create index conversations_of_agent on conversations (assignee_id, site_id) where status in ('open', 'snoozed');
create index conversations_resolved on conversations (site_id, resolved_at desc) where status = 'resolved';
-- Resolved although the visitor had written once more: these open the next conversation.
create index conversations_overlooked on conversations (site_id, visitor_id) where asked_seq > resolved_seq;

-- What was said. `at` is the stream's own timestamp: the same on every redelivery, so a retry lands in the same partition.
create table messages (
  site_id text not null,
  visitor_id text not null,
  seq bigint not null,
  at timestamptz not null,
  id uuid not null,
  author_role text not null check (author_role in ('visitor', 'agent', 'server')),
  author_id text not null,
  kind text not null check (kind in ('text', 'event')),
  body jsonb not null,
  internal boolean not null default false,
  search tsvector generated always as (to_tsvector('simple', coalesce(body ->> 'text', ''))) stored,
  primary key (site_id, visitor_id, seq, at)
) partition by range (at);
create index messages_search on messages using gin (search);

-- A message's identity outlives the stream's duplicate window: retries that come later land here. Kept 8 days.
-- As in the stream an id counts per author: nobody can take the place of another's message by using its id.
create table message_ids (
  site_id text not null,
  visitor_id text not null,
  message_id uuid not null,
  author_id text not null,
  seq bigint not null,
  at timestamptz not null,
  -- Message ids begin with the time: new ones land side by side, which makes this index three times as fast as one by visitor.
  primary key (site_id, message_id, author_id)
);
create index message_ids_at on message_ids using brin (at);

create table read_cursors (
  site_id text not null,
  visitor_id text not null,
  -- 'visitor', or an agent's id.
  reader text not null,
  seq bigint not null,
  primary key (site_id, visitor_id, reader)
);

-- Events on their way to the stream: written with the state change, deleted in the transaction that stores the event in `messages`.
create table outbox (
  id uuid primary key,
  site_id text not null,
  visitor_id text not null,
  internal boolean not null default false,
  payload jsonb not null,
  -- Order of publication. Whoever changes a conversation holds its row, so within a thread this is the order of the changes.
  ordinal bigint generated always as identity,
  created_at timestamptz not null default now(),
  -- Last time the relay published it.
  published_at timestamptz
);
create index outbox_new on outbox (ordinal) where published_at is null;

-- Tokens of this id issued before `not_before` are refused everywhere.
create table revocations (
  id text primary key,
  not_before timestamptz not null
);

create table sessions (
  -- SHA-256 of the cookie's value.
  token_hash bytea primary key,
  agent_id text not null references agents (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index sessions_agent on sessions (agent_id);

create table dead_letters (
  epoch integer not null,
  stream_seq bigint not null,
  subject text not null,
  payload bytea not null,
  reason text not null,
  at timestamptz not null,
  primary key (epoch, stream_seq)
);

-- The lives of the stream: a stream that is new, or that lost its tail, starts the next epoch.
create table stream_lives (
  epoch integer primary key check (epoch >= 0),
  stream_created timestamptz not null,
  started_at timestamptz not null default now()
);

-- Highest stream sequence that history has committed in each life. Several rows a life, so that servers do not wait for one another.
create table history_marks (
  epoch integer not null,
  slot integer not null,
  stream_seq bigint not null,
  primary key (epoch, slot)
);
