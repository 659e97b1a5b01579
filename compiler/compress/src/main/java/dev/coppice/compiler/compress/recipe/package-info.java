/**
 * Recipes: how they are read, what a method is, and what one of its steps sees. Imports {@code
 * evaluate}, {@code model} and, of the compiler, data and diagnostics.
 */
@NullMarked
package dev.coppice.compiler.compress.recipe;

import org.jspecify.annotations.NullMarked;
