/**
 * The graph: immutable nodes, values and constants, edited by patches. Imports {@code loop}, {@code
 * tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.ir;

import org.jspecify.annotations.NullMarked;
