/**
 * The Maven goals {@code compile} and {@code compress}: thin shells over the compiler. Imports
 * {@code dev.coppice.compiler.driver} and what its types expose.
 */
@NullMarked
package dev.coppice.compiler.maven;

import org.jspecify.annotations.NullMarked;
