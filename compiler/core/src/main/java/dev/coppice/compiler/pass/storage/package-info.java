/**
 * Passes that suit how weights lie in memory. Imports {@code pass} and what it may, and {@code op}.
 */
@NullMarked
package dev.coppice.compiler.pass.storage;

import org.jspecify.annotations.NullMarked;
