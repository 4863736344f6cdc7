package org.example.gone;

public final class Seen {
}
