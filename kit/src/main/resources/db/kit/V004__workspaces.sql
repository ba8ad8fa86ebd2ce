-- The workspaces this service answers for. A caller of any other is refused.
CREATE TABLE workspace (
  tenant     text        PRIMARY KEY,
  name       text        NOT NULL,
  archived   boolean     NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);
