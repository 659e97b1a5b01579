/**
 * The {@code coppice} command: one class per subcommand, thin shells over the compiler. Imports
 * {@code dev.coppice.compiler.driver} and what its types expose.
 */
@NullMarked
package dev.coppice.compiler.cli;

import org.jspecify.annotations.NullMarked;
