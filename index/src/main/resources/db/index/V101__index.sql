-- Several services may migrate at once, and the extension is one for the whole database.
SELECT pg_advisory_xact_lock(hashtext('cardloom.index.extension'));
CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public;

-- Collections of documents. The documents of collection n are in table index_doc_<n>, made with the collection.
CREATE TABLE index_collection (
  tenant   text   COLLATE "C" NOT NULL,
  name     text   COLLATE "C" NOT NULL,
  id       int    GENERATED ALWAYS AS IDENTITY UNIQUE,
  revision bigint NOT NULL,
  slots    int    NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, name)
);

-- Their properties: property in slot n is column p<n>. A slot is never used again.
CREATE TABLE index_property (
  tenant     text    COLLATE "C" NOT NULL,
  collection int     NOT NULL,
  property   text    COLLATE "C" NOT NULL,
  type       text    NOT NULL,
  slot       int     NOT NULL,
  sorted     boolean NOT NULL,
  PRIMARY KEY (tenant, collection, property)
);

-- Revisions of collections: from a sequence, so that none is ever given twice, also not after a rollback.
CREATE SEQUENCE index_revision;
