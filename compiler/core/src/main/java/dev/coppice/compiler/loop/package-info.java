/**
 * Loop IR: kernels as loop nests over buffers, what operators lower to and backends render. Imports
 * {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.loop;

import org.jspecify.annotations.NullMarked;
