CREATE TABLE box (tenant text NOT NULL, id text NOT NULL, label text NOT NULL, PRIMARY KEY (tenant, id));
