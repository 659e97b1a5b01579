/**
 * What a compression run did, for people (one HTML page) and for programs (JSON). Imports the other
 * packages of compression but the methods.
 */
@NullMarked
package dev.coppice.compiler.compress.report;

import org.jspecify.annotations.NullMarked;
