package org.example.greet;

import java.util.function.Function;
import org.example.gone.Gone;
import org.example.gone.Note;
import org.example.gone.Seen;
import org.example.texts.Plain;
import org.example.texts.Texts;

@Note
public class Main {
    record Größe(long length, double width) {
    }

    // Only in a descriptor.
    static Seen[][] seen;

    public static void main(String[] arguments) {
        Texts[] all = {new Plain()};
        Function<String, String> hello = all[0]::hello;
        try {
            System.out.println(hello.apply(Version.name()) + new Größe(1L << 40, 0.5) + "\0");
        } catch (Gone gone) {
            System.exit(1);
        }
    }
}
