/**
 * What generated code calls: weights from a resource or from string constants, fixed-point
 * requantization, half-precision formats and float functions with one result on every JVM.
 *
 * <p>Java 8 and the JDK's base classes only. Nothing here allocates outside constructors and
 * loading. No reference is ever null.
 */
package dev.coppice.runtime;
