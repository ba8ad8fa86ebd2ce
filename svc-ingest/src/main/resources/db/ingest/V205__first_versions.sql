-- Who added an entry and in which call. While it is version 1 it is its own history; the change after moves these there. NULL where history has a row of version 1.
ALTER TABLE entry ADD added_by text, ADD added_in text, ALTER added_by SET STATISTICS 0, ALTER added_in SET STATISTICS 0;
