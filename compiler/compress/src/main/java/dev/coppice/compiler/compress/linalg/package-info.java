/**
 * Dense linear algebra in double over EJML's row-major matrices: what low rank and reconstruction
 * have in common. Imports nothing of the compiler.
 */
@NullMarked
package dev.coppice.compiler.compress.linalg;

import org.jspecify.annotations.NullMarked;
