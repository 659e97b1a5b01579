/**
 * The Java language as a target: names, literals, class file limits and the skeleton of the model
 * class. Sees no graph and no operator.
 */
@NullMarked
package dev.coppice.compiler.emit.java;

import org.jspecify.annotations.NullMarked;
