/// One database, one transaction: pooled connections, DbClient statements, arrays and binary COPY.
@NullMarked
package io.cardloom.kit.db;

import org.jspecify.annotations.NullMarked;
