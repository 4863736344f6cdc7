package org.example.greet;

class Version {
    static String name() {
        return Thread.ofVirtual().name("21").unstarted(() -> { }).getName();
    }
}
