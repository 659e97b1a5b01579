/**
 * Graph rewrites and what runs them. Imports {@code interp}, {@code op}, {@code ir}, {@code
 * tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.pass;

import org.jspecify.annotations.NullMarked;
