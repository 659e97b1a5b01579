/**
 * Passes that turn quantizers and what lies between them into arithmetic on integers. Imports
 * {@code pass} and what it may.
 */
@NullMarked
package dev.coppice.compiler.pass.integer;

import org.jspecify.annotations.NullMarked;
