/** The portable backend: Loop IR as plain Java 8, a vector as one scalar variable per lane. */
@NullMarked
package dev.coppice.compiler.emit.portable;

import org.jspecify.annotations.NullMarked;
