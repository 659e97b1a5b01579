/**
 * Which channels of a graph live and die together, and their removal. Imports {@code model} and the
 * compiler's importer.
 */
@NullMarked
package dev.coppice.compiler.compress.prune.channels;

import org.jspecify.annotations.NullMarked;
