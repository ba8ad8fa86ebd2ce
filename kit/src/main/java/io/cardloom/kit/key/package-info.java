/// Applications and their keys: what programs use an HTTP API with.
///
/// A service that has such an API keeps its own, in the tables of `db/key`: bound to one workspace,
/// opening named resources, ending by themselves, ended at once by a revoke. A key's text is told
/// once; what is stored proves a text and gives none away.
@NullMarked
package io.cardloom.kit.key;

import org.jspecify.annotations.NullMarked;
