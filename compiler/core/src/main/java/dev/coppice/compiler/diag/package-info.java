/** Diagnostics: what is told to the user, where it happened and what to do. Imports nothing. */
@NullMarked
package dev.coppice.compiler.diag;

import org.jspecify.annotations.NullMarked;
