/**
 * The compiler as one call: from a model file to generated source, its report, its cache and its
 * outputs, and generated source loaded into this JVM. May import every other package.
 */
@NullMarked
package dev.coppice.compiler.driver;

import org.jspecify.annotations.NullMarked;
