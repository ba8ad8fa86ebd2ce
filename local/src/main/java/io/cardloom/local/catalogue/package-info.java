/// Rows of files as entries: nested JSON and CSV made flat and typed, and the catalogue that ships
/// with the project.
@NullMarked
package io.cardloom.local.catalogue;

import org.jspecify.annotations.NullMarked;
