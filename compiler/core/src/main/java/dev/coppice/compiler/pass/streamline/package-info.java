/**
 * Passes that make a graph smaller or faster and leave what it computes. Imports {@code pass} and
 * what it may.
 */
@NullMarked
package dev.coppice.compiler.pass.streamline;

import org.jspecify.annotations.NullMarked;
