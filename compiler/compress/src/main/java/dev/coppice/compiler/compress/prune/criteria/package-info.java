/**
 * What the units of structured pruning are ranked by: a criterion a file. Imports {@code
 * prune.channels} and {@code model}.
 */
@NullMarked
package dev.coppice.compiler.compress.prune.criteria;

import org.jspecify.annotations.NullMarked;
