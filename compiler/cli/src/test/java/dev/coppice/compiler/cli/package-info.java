/** Tests of the command: output, messages and exit codes. */
@NullMarked
package dev.coppice.compiler.cli;

import org.jspecify.annotations.NullMarked;
