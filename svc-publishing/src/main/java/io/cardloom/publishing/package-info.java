/// svc-publishing: destinations, their API versions and endpoints, and the rows that consumers
/// read.
@NullMarked
package io.cardloom.publishing;

import org.jspecify.annotations.NullMarked;
