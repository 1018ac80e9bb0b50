/** What a mediator sees of directories by itself, whatever they say. */
package modicum.mediator.probe;
