/** Tests of the benchmarks: what they measure and write, on small models. */
@NullMarked
package dev.coppice.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
