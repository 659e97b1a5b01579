/** Tests of the annotation processor: what it generates, and every message with its line. */
@NullMarked
package dev.coppice.compiler.processor;

import org.jspecify.annotations.NullMarked;
