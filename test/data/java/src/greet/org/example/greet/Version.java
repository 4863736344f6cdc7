package org.example.greet;

class Version {
    static String name() {
        return "17";
    }
}
