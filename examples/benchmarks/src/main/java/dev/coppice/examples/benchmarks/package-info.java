/**
 * Measures what Coppice makes of well-known networks: side by side with ONNX Runtime in one
 * process, and against what the core can do at most. {@link dev.coppice.examples.benchmarks.Main}
 * is the command; {@code jmh} has benchmarks of single layers.
 */
@NullMarked
package dev.coppice.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
