/**
 * Finds operators that an exporter wrote out in primitives, so that they run as one kernel. What a
 * group of nodes computes is recognised by its values, not by how it is spelled.
 */
@NullMarked
package dev.coppice.compiler.pass.recover;

import org.jspecify.annotations.NullMarked;
