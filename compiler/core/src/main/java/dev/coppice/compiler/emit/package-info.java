/**
 * From plans to Java source and resources: what every backend shares. Imports {@code lowering},
 * {@code loop}, {@code tensor}, {@code diag}.
 */
@NullMarked
package dev.coppice.compiler.emit;

import org.jspecify.annotations.NullMarked;
