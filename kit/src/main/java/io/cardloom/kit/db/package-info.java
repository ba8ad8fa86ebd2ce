/// One database, one transaction: pooled connections, DbClient statements, reads sent together,
/// arrays and binary COPY.
@NullMarked
package io.cardloom.kit.db;

import org.jspecify.annotations.NullMarked;
