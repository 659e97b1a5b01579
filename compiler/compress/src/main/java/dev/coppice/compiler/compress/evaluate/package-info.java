/**
 * What a model computes and how well, by the compiled class itself. Imports {@code model} and the
 * compiler's driver.
 */
@NullMarked
package dev.coppice.compiler.compress.evaluate;

import org.jspecify.annotations.NullMarked;
