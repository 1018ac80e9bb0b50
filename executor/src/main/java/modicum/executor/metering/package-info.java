/** How fast this machine is, and how well what it measures agrees with itself. */
package modicum.executor.metering;
