/** Which weights are removed. Imports {@code tensor}. */
@NullMarked
package dev.coppice.compiler.compress.prune;

import org.jspecify.annotations.NullMarked;
