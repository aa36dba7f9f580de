/** Which room of the Java code may enter which. */
package dev.xenrunc.layering;
