/** One record per operator. Imports {@code ir}, {@code loop}, {@code tensor}, {@code diag}. */
@NullMarked
package dev.coppice.compiler.op;

import org.jspecify.annotations.NullMarked;
