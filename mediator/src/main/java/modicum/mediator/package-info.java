/** The mediator: runs a disputed job again and says who is at fault. */
package modicum.mediator;
