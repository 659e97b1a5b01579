/**
 * Compiles generated source in memory, loads and measures it: for tools that run a model, never for
 * what they generate. Imports {@code emit}, {@code lowering}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.driver.load;

import org.jspecify.annotations.NullMarked;
