/**
 * Recognises handwritten digits with a network that the annotation processor compiled, and with its
 * compressed form. The Maven plugin compresses it and compiles both once more, to {@code
 * dev.coppice.examples.digits.maven}.
 */
package dev.coppice.examples.digits;
