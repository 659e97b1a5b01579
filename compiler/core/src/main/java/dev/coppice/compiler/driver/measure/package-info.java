/**
 * Runs generated kernels on this machine and takes their times: which schedule of a node is the
 * fastest, and what things cost. Clocks are handed in.
 */
@NullMarked
package dev.coppice.compiler.driver.measure;

import org.jspecify.annotations.NullMarked;
